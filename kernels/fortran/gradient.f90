! gradient: least squares by gradient descent in single precision. Rows are split; each worker makes a
! step with its own rows' gradient, and the parameters are averaged by numbers of rows, which is a
! step with the sum of the gradients. The bias is the last parameter. x(j, i) is row i, column j.
module gradient_workload
    use, intrinsic :: ieee_arithmetic, only: ieee_is_nan
    use, intrinsic :: iso_c_binding, only: c_double, c_float, c_int64_t
    use inputs
    implicit none
    private

contains

    subroutine fill(d, m, x, y) bind(c, name="gradient_fill")
        integer(c_int64_t), value :: d, m
        real(c_float), intent(inout) :: x(d, m), y(m)
        integer(c_int64_t) :: i, j
        real(c_double) :: total

        !$omp do
        do i = 1, m
            total = 0
            do j = 1, d
                x(j, i) = real(entry_of(i, j, golden, plastic), c_float)
                total = total + real(x(j, i), c_double) * weight(j, plastic_square)
            end do
            y(i) = real(total + 0.25_c_double, c_float)
        end do
    end subroutine

    ! The average of the workers' steps, of all parameters: this worker's share of them.
    subroutine average(d, workers, slopes, step, w) bind(c, name="gradient_average")
        integer(c_int64_t), value :: d, workers
        real(c_float), intent(in) :: slopes(d + 1, workers)
        real(c_float), value :: step
        real(c_float), intent(inout) :: w(d + 1)
        integer(c_int64_t) :: j

        !$omp do schedule(static)
        do j = 1, d + 1
            w(j) = w(j) - step * sum(slopes(j, :))
        end do
    end subroutine

    ! The mean squared error with w, and with no parameters at all, which is the mean of y^2.
    subroutine means(d, m, x, y, w, now, without) bind(c, name="gradient_means")
        integer(c_int64_t), value :: d, m
        real(c_float), intent(in) :: x(d, m), y(m), w(d + 1)
        real(c_double), intent(out) :: now, without
        integer(c_int64_t) :: i

        now = 0
        without = 0
        do i = 1, m
            now = now + (along_row(d, x(:, i), real(w, c_double)) - real(y(i), c_double))**2
            without = without + real(y(i), c_double)**2
        end do
        now = now / real(m, c_double)
        without = without / real(m, c_double)
    end subroutine

    ! Every step, checked as in C (kernels/gradient.c says why): with A = (x 1), its length along a
    ! direction r of random signs must be -2 rate / m (v.p - c), v = A'(A r), c = (A r)'y, p being the
    ! parameters before it. path(:, k) are those before epoch k, and behind the last. The worst
    ! of all along two directions, in parts of what rounding may do, and its epoch.
    subroutine judge(d, m, epochs, x, y, path, rate, mean_of_y, worst, which) &
        bind(c, name="gradient_judge")
        integer(c_int64_t), value :: d, m, epochs
        real(c_float), intent(in) :: x(d, m), y(m), path(d + 1, epochs + 1)
        real(c_double), value :: rate, mean_of_y
        real(c_double), intent(out) :: worst
        integer(c_int64_t), intent(out) :: which
        integer, parameter :: directions = 2
        real(c_double), allocatable :: signs(:), v(:)
        real(c_double) :: c, off
        integer(c_int64_t) :: epoch
        integer :: k

        worst = 0
        which = 0
        allocate (signs(d + 1), v(d + 1))
        do k = 1, directions
            call random_number(signs)
            signs = sign(1.0_c_double, signs - 0.5_c_double)
            call look_along(d, m, x, y, signs, v, c)
            do epoch = 1, epochs
                off = step_off(d, m, real(path(:, epoch), c_double), &
                               real(path(:, epoch + 1), c_double), signs, v, c, rate, sqrt(mean_of_y))
                if (off <= worst) cycle
                worst = merge(huge(off), off, ieee_is_nan(off))
                which = epoch
            end do
        end do
    end subroutine

    subroutine look_along(d, m, x, y, signs, v, c)
        integer(c_int64_t), intent(in) :: d, m
        real(c_float), intent(in) :: x(d, m), y(m)
        real(c_double), intent(in) :: signs(d + 1)
        real(c_double), intent(out) :: v(d + 1), c
        real(c_double) :: along
        integer(c_int64_t) :: i

        v = 0
        c = 0
        do i = 1, m
            along = along_row(d, x(:, i), signs)
            v(1:d) = v(1:d) + along * real(x(:, i), c_double)
            v(d + 1) = v(d + 1) + along
            c = c + along * real(y(i), c_double)
        end do
    end subroutine

    ! The tolerance is that of the kernel in C.
    pure real(c_double) function step_off(d, m, from, to, signs, v, c, rate, y)
        integer(c_int64_t), intent(in) :: d, m
        real(c_double), intent(in) :: from(d + 1), to(d + 1), signs(d + 1), v(d + 1), c, rate, y
        real(c_double) :: allowed, rows

        rows = real(m, c_double)
        allowed = 16 * epsilon(1.0_c_float) * &
                  (norm2(from) + (1 + sqrt(rows) / 8) * norm2(to - from) + &
                   rate * sqrt(real(d + 1, c_double)) * y)
        step_off = abs(dot_product(signs, to - from) + &
                       2 * rate / rows * (dot_product(v, from) - c)) / allowed
    end function

    ! The product of a row, with a 1 for the bias, and of parameters or signs.
    pure real(c_double) function along_row(d, row, with)
        integer(c_int64_t), intent(in) :: d
        real(c_float), intent(in) :: row(d)
        real(c_double), intent(in) :: with(d + 1)

        along_row = dot_product(real(row, c_double), with(1:d)) + with(d + 1)
    end function
end module
