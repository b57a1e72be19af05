! What is timed, compiled once for each instruction set: ISA, a text, begins the names that C sees.
! Without OpenMP its lines are comments, and the one worker does every turn of each loop; with it
! the loops are shared by the threads of the region that calls.

! sums(i), i = 1 ... n: the sum over j of sin(x + slope y(j)), in order of j but for the lanes of a
! vector. slope is 1 + c x.
subroutine integration2d_rows(n, h, c, y, sums) bind(c, name=ISA//"integration2d_rows")
    use, intrinsic :: iso_c_binding
    implicit none
    integer(c_int64_t), value :: n
    real(c_double), value :: h, c
    real(c_double), intent(in) :: y(n)
    real(c_double), intent(inout) :: sums(n)
    integer(c_int64_t) :: i, j
    real(c_double) :: x, slope, total

    !$omp do schedule(dynamic, 16)
    do i = 1, n
        x = h * (real(i, c_double) - 0.5_c_double)
        slope = 1 + c * x
        total = 0
        !$omp simd reduction(+:total)
        do j = 1, n
            total = total + sin(x + slope * y(j))
        end do
        sums(i) = total
    end do
end subroutine

! One step from w (the last one is the bias): w is read by all, slopes(:, k) is worker k's part of the
! gradient. Each row of x is read once: its product with w and its share of the gradient. Some rows are
! added up by themselves, so that few are added to a sum that is large already, and round it.
subroutine gradient_part(d, m, x, y, w, first, last, slope) bind(c, name=ISA//"gradient_part")
    use, intrinsic :: iso_c_binding
    implicit none
    integer(c_int64_t), value :: d, m, first, last
    real(c_float), intent(in) :: x(d, m), y(m), w(d + 1)
    real(c_float), intent(inout) :: slope(d + 1)
    integer(c_int64_t), parameter :: together = 256
    real(c_float), allocatable :: part(:)
    integer(c_int64_t) :: begin, i, j
    real(c_float) :: off

    slope = 0
    allocate (part(d + 1))
    do begin = first, last, together
        part = 0
        do i = begin, min(begin + together - 1, last)
            off = w(d + 1) - y(i)
            !$omp simd reduction(+:off)
            do j = 1, d
                off = off + x(j, i) * w(j)
            end do
            !$omp simd
            do j = 1, d
                part(j) = part(j) + off * x(j, i)
            end do
            part(d + 1) = part(d + 1) + off
        end do
        slope = slope + part
    end do
end subroutine
