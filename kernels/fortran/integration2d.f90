! integration2d without its loop: h^2 times the sum of sin(x + y + c x y) over n x n midpoints of
! [0, pi]^2. The row sums are added in order, so the answer is the same for any number of workers.
module integration2d
    use, intrinsic :: iso_c_binding, only: c_double, c_int64_t
    implicit none
    private
    real(c_double), parameter :: pi = 3.14159265358979323846_c_double

contains

    pure real(c_double) function spacing_of(n) bind(c, name="integration2d_spacing")
        integer(c_int64_t), value :: n

        spacing_of = pi / real(n, c_double)
    end function

    subroutine fill(n, y) bind(c, name="integration2d_fill")
        integer(c_int64_t), value :: n
        real(c_double), intent(inout) :: y(n)
        integer(c_int64_t) :: j

        !$omp do
        do j = 1, n
            y(j) = spacing_of(n) * (real(j, c_double) - 0.5_c_double)
        end do
    end subroutine

    real(c_double) function value_of(n, sums) bind(c, name="integration2d_value")
        integer(c_int64_t), value :: n
        real(c_double), intent(in) :: sums(n)
        integer(c_int64_t) :: i

        value_of = 0
        do i = 1, n
            value_of = value_of + sums(i)
        end do
        value_of = spacing_of(n)**2 * value_of
    end function

    ! The largest distance of h times one of five rows from what it must be: the integral is 0 for
    ! c = 0, but the symmetry that makes it 0 also hides a bad sine.
    real(c_double) function worst_row(n, c, y, sums) bind(c, name="integration2d_worst_row")
        integer(c_int64_t), value :: n
        real(c_double), value :: c
        real(c_double), intent(in) :: y(n), sums(n)
        integer(c_int64_t) :: rows(5), k
        real(c_double) :: h, x, right, off

        rows = [1_c_int64_t, n / 4 + 1, n / 2 + 1, n - n / 4, n]
        h = spacing_of(n)
        worst_row = 0
        do k = 1, 5
            x = h * (real(rows(k), c_double) - 0.5_c_double)
            if (abs(c) > 0) then
                right = h * sum(sin(x + (1 + c * x) * y))
            else
                right = h * cos(x) / sin(h / 2)
            end if
            off = abs(h * sums(rows(k)) - right)
            if (.not. off <= worst_row) worst_row = off
        end do
    end function

    ! Four roundings of an argument, four units in the last place of a vector library's sine, and a sum
    ! of n terms one after the other.
    pure real(c_double) function tolerance(n, c) bind(c, name="integration2d_tolerance")
        integer(c_int64_t), value :: n
        real(c_double), value :: c

        tolerance = pi * epsilon(pi) / 2 * (4 * (2 * pi + abs(c) * pi**2) + 24 + real(n, c_double))
    end function
end module
