! The same integral as a scientist writes it at first: midpoint sum of
! sin(x + y) over [0, pi]^2, n x n points, one core. Prints the integral and the
! seconds that the loops took. Usage: integration2d_plain [N]
program integration2d_plain
    use, intrinsic :: iso_fortran_env, only: real64, int64
    implicit none
    integer :: n, i, j
    integer(int64) :: first, last, rate
    real(real64) :: h, x, y, total
    character(len=32) :: text

    n = 10000
    if (command_argument_count() > 0) then
        call get_command_argument(1, text)
        read (text, *) n
    end if
    call system_clock(first, rate)
    h = acos(-1.0_real64) / n
    total = 0
    do i = 1, n
        x = h * (i - 0.5_real64)
        do j = 1, n
            y = h * (j - 0.5_real64)
            total = total + sin(x + y)
        end do
    end do
    total = h * h * total
    call system_clock(last)
    print '(a, es23.15)', 'value ', total
    print '(a, f12.6)', 'seconds ', real(last - first, real64) / real(rate, real64)
end program integration2d_plain
