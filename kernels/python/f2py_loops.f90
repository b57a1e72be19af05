! integration2d for Python by f2py: the row sums of sin(x + slope y), slope being 1 + c x.
subroutine row_sums(n, h, c, sums)
    implicit none
    integer, intent(in) :: n
    double precision, intent(in) :: h, c
    double precision, intent(inout) :: sums(n)
    integer :: i, j
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
    integer, intent(in) :: n, chunk
    integer(8), intent(in) :: column(n)
    integer(8), intent(out) :: total
    integer :: first

    total = 0
    do first = 1, n, chunk
        total = total + sum(column(first:min(first + chunk - 1, n)))
    end do
end subroutine
