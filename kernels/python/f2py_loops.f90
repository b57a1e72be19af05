! integration2d for Python by f2py: the row sums of sin(x + slope y), slope being 1 + c x.
subroutine row_sums(n, h, c, sums)
    implicit none
    integer(8), intent(in) :: n
    double precision, intent(in) :: h, c
    double precision, intent(inout) :: sums(n)
    integer(8) :: i, j
    double precision :: x, slope, total

    do i = 1, n
        x = h * (i - 0.5d0)
        slope = 1 + c * x
        total = 0
        !$omp simd reduction(+:total)
        do j = 1, n
            total = total + sin(x + slope * (h * (j - 0.5d0)))
        end do
        sums(i) = total
    end do
end subroutine

! The sum of a column, a chunk at a time.
subroutine chunk_sums(n, column, chunk, total)
    implicit none
    integer(8), intent(in) :: n, chunk, column(n)
    integer(8), intent(out) :: total
    integer(8) :: first

    total = 0
    do first = 1, n, chunk
        total = total + sum(column(first:min(first + chunk - 1, n)))
    end do
end subroutine

! The sum of the values and the number of lines of "1,3", "2,5", ..., each with its end.
subroutine line_sums(n, text, total, lines)
    implicit none
    integer(8), intent(in) :: n
    integer(1), intent(in) :: text(n)
    integer(8), intent(out) :: total, lines
    integer(8) :: at, number

    total = 0
    lines = 0
    number = 0
    do at = 1, n
        select case (text(at))
        case (44) ! a comma
            number = 0
        case (10) ! the end
            total = total + number
            lines = lines + 1
            number = 0
        case default
            number = 10 * number + (text(at) - 48)
        end select
    end do
end subroutine
