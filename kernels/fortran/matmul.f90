! matmul: C = A B of n x n matrices by Fortran's own MATMUL. A matrix that others have by rows is here by
! columns: a(k, i) = A[i][k], and so c = b a. Each worker makes a block of columns of c.
module matmul_workload
    use, intrinsic :: iso_c_binding, only: c_double, c_float, c_int64_t
    use inputs
    implicit none
    private

contains

    subroutine fill_double(n, a, b) bind(c, name="matmul_fill_double")
        integer(c_int64_t), value :: n
        real(c_double), intent(inout) :: a(n, n), b(n, n)
        integer(c_int64_t) :: i, j

        !$omp do
        do i = 1, n
            do j = 1, n
                a(j, i) = entry_of(i, j, golden, plastic)
                b(j, i) = entry_of(i, j, plastic_square, last_step)
            end do
        end do
    end subroutine

    subroutine fill_single(n, a, b) bind(c, name="matmul_fill_single")
        integer(c_int64_t), value :: n
        real(c_float), intent(inout) :: a(n, n), b(n, n)
        integer(c_int64_t) :: i, j

        !$omp do
        do i = 1, n
            do j = 1, n
                a(j, i) = real(entry_of(i, j, golden, plastic), c_float)
                b(j, i) = real(entry_of(i, j, plastic_square, last_step), c_float)
            end do
        end do
    end subroutine

    ! Columns first to last, which may be none.
    subroutine run_double(n, a, b, c, first, last) bind(c, name="matmul_run_double")
        integer(c_int64_t), value :: n, first, last
        real(c_double), intent(in) :: a(n, n), b(n, n)
        real(c_double), intent(inout) :: c(n, n)

        c(:, first:last) = matmul(b, a(:, first:last))
    end subroutine

    subroutine run_single(n, a, b, c, first, last) bind(c, name="matmul_run_single")
        integer(c_int64_t), value :: n, first, last
        real(c_float), intent(in) :: a(n, n), b(n, n)
        real(c_float), intent(inout) :: c(n, n)

        c(:, first:last) = matmul(b, a(:, first:last))
    end subroutine

    ! The value w C w / n, and how far C r is from A (B r) for a vector of signs that no sum foresees.
    subroutine check_double(n, a, b, c, value, error) bind(c, name="matmul_check_double")
        integer(c_int64_t), value :: n
        real(c_double), intent(in) :: a(n, n), b(n, n), c(n, n)
        real(c_double), intent(out) :: value, error
        real(c_double), allocatable :: signs(:), product(:)
        integer(c_int64_t) :: i

        value = 0
        error = 0
        allocate (product(n))
        signs = signs_of(n)
        do i = 1, n
            product(i) = dot_product(b(:, i), signs)
        end do
        do i = 1, n
            call judge_row(n, i, c(:, i), dot_product(a(:, i), product), signs, value, error)
        end do
        value = value / real(n, c_double)
    end subroutine

    subroutine check_single(n, a, b, c, value, error) bind(c, name="matmul_check_single")
        integer(c_int64_t), value :: n
        real(c_float), intent(in) :: a(n, n), b(n, n), c(n, n)
        real(c_double), intent(out) :: value, error
        real(c_double), allocatable :: signs(:), product(:)
        integer(c_int64_t) :: i

        value = 0
        error = 0
        allocate (product(n))
        signs = signs_of(n)
        do i = 1, n
            product(i) = dot_product(real(b(:, i), c_double), signs)
        end do
        do i = 1, n
            call judge_row(n, i, real(c(:, i), c_double), &
                           dot_product(real(a(:, i), c_double), product), signs, value, error)
        end do
        value = value / real(n, c_double)
    end subroutine

    ! Adds row i of C to the value, and its distance from what C r must be to the error.
    subroutine judge_row(n, i, row, right, signs, value, error)
        integer(c_int64_t), intent(in) :: n, i
        real(c_double), intent(in) :: row(n), right, signs(n)
        real(c_double), intent(inout) :: value, error
        integer(c_int64_t) :: j
        real(c_double) :: weighted, off

        weighted = 0
        do j = 1, n
            weighted = weighted + row(j) * weight(j, golden)
        end do
        value = value + weight(i, golden) * weighted
        off = abs(dot_product(row, signs) - right)
        if (.not. off <= error) error = off
    end subroutine

    function signs_of(n) result(signs)
        integer(c_int64_t), intent(in) :: n
        real(c_double), allocatable :: signs(:)

        allocate (signs(n))
        call random_number(signs)
        signs = sign(1.0_c_double, signs - 0.5_c_double)
    end function
end module
