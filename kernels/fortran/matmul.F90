! matmul: C = A B of n x n matrices by Fortran's own MATMUL, compiled once for each precision: REALS is
! the kind of the numbers, and PRECISION, a text, ends the names that C sees. A matrix that others have
! by rows is here by columns: a(k, i) = A[i][k], and so c = b a. Each worker makes a block of columns of c.

subroutine fill(n, a, b) bind(c, name="matmul_fill_"//PRECISION)
    use, intrinsic :: iso_c_binding
    use inputs
    implicit none
    integer(c_int64_t), value :: n
    real(REALS), intent(inout) :: a(n, n), b(n, n)
    integer(c_int64_t) :: i, j

    !$omp do
    do i = 1, n
        do j = 1, n
            a(j, i) = real(entry_of(i, j, golden, plastic), REALS)
            b(j, i) = real(entry_of(i, j, plastic_square, last_step), REALS)
        end do
    end do
end subroutine

! Columns first to last, which may be none.
subroutine run(n, a, b, c, first, last) bind(c, name="matmul_run_"//PRECISION)
    use, intrinsic :: iso_c_binding
    implicit none
    integer(c_int64_t), value :: n, first, last
    real(REALS), intent(in) :: a(n, n), b(n, n)
    real(REALS), intent(inout) :: c(n, n)

    c(:, first:last) = matmul(b, a(:, first:last))
end subroutine

! The value w C w / n, and how far C r is from A (B r) for a vector of signs that no sum foresees.
subroutine check(n, a, b, c, value, error) bind(c, name="matmul_check_"//PRECISION)
    use, intrinsic :: iso_c_binding
    use inputs
    implicit none
    integer(c_int64_t), value :: n
    real(REALS), intent(in) :: a(n, n), b(n, n), c(n, n)
    real(c_double), intent(out) :: value, error
    real(c_double), allocatable :: signs(:), product(:)
    integer(c_int64_t) :: i

    value = 0
    error = 0
    allocate (signs(n), product(n))
    call random_number(signs)
    signs = sign(1.0_c_double, signs - 0.5_c_double)
    do i = 1, n
        product(i) = dot_product(real(b(:, i), c_double), signs)
    end do
    do i = 1, n
        call judge_row(i, real(c(:, i), c_double), dot_product(real(a(:, i), c_double), product))
    end do
    value = value / real(n, c_double)

contains

    ! Adds row i of C to the value, and its distance from what C r must be to the error.
    subroutine judge_row(i, row, right)
        integer(c_int64_t), intent(in) :: i
        real(c_double), intent(in) :: row(n), right
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
end subroutine
