! gradient: least squares by gradient descent in single precision. Rows are split; each worker makes a
! step with its own rows' gradient, and the parameters are averaged by numbers of rows, which is a
! step with the sum of the gradients. The bias is the last parameter. x(j, i) is row i, column j.
module gradient_workload
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

    real(c_double) function loss_of(d, m, x, y, w) bind(c, name="gradient_loss")
        integer(c_int64_t), value :: d, m
        real(c_float), intent(in) :: x(d, m), y(m), w(d + 1)

        loss_of = mean_square(d, m, x, y, real(w, c_double))
    end function

    ! The same descent in double precision by one worker, and its loss.
    real(c_double) function reference(d, m, x, y, epochs, rate) bind(c, name="gradient_reference")
        integer(c_int64_t), value :: d, m, epochs
        real(c_double), value :: rate
        real(c_float), intent(in) :: x(d, m), y(m)
        real(c_double), allocatable :: w(:), slope(:)
        integer(c_int64_t) :: epoch, i

        allocate (w(d + 1), slope(d + 1))
        w = 0
        do epoch = 1, epochs
            slope = 0
            do i = 1, m
                call add_row(d, x(:, i), residual(d, x(:, i), y(i), w), slope)
            end do
            w = w - rate * 2 / real(m, c_double) * slope
        end do
        reference = mean_square(d, m, x, y, w)
    end function

    pure subroutine add_row(d, row, off, slope)
        integer(c_int64_t), intent(in) :: d
        real(c_float), intent(in) :: row(d)
        real(c_double), intent(in) :: off
        real(c_double), intent(inout) :: slope(d + 1)

        slope(1:d) = slope(1:d) + off * real(row, c_double)
        slope(d + 1) = slope(d + 1) + off
    end subroutine

    pure real(c_double) function residual(d, row, y, w)
        integer(c_int64_t), intent(in) :: d
        real(c_float), intent(in) :: row(d), y
        real(c_double), intent(in) :: w(d + 1)

        residual = dot_product(real(row, c_double), w(1:d)) + w(d + 1) - real(y, c_double)
    end function

    pure real(c_double) function mean_square(d, m, x, y, w)
        integer(c_int64_t), intent(in) :: d, m
        real(c_float), intent(in) :: x(d, m), y(m)
        real(c_double), intent(in) :: w(d + 1)
        integer(c_int64_t) :: i

        mean_square = 0
        do i = 1, m
            mean_square = mean_square + residual(d, x(:, i), y(i), w)**2
        end do
        mean_square = mean_square / real(m, c_double)
    end function
end module
