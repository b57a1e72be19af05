! Inputs that every language makes alike, from fractions of multiples of irrational numbers. Nothing is
! fused in this file, so that they have the same bits everywhere.
module inputs
    use, intrinsic :: iso_c_binding, only: c_double, c_int64_t
    implicit none
    private
    public :: entry_of, weight, golden, plastic, plastic_square, last_step

    real(c_double), parameter :: golden = 0.6180339887498949_c_double, &
                                 plastic = 0.7548776662466927_c_double, &
                                 plastic_square = 0.5698402909980532_c_double, &
                                 last_step = 0.8191725133961645_c_double

contains

    ! Row and column count from 1.
    pure real(c_double) function entry_of(row, column, row_step, column_step)
        integer(c_int64_t), intent(in) :: row, column
        real(c_double), intent(in) :: row_step, column_step
        real(c_double) :: sum

        sum = row_step * real(row, c_double) + column_step * real(column, c_double)
        entry_of = sum - floor(sum, c_int64_t) - 0.5_c_double
    end function

    pure real(c_double) function weight(i, step)
        integer(c_int64_t), intent(in) :: i
        real(c_double), intent(in) :: step
        real(c_double) :: product

        product = step * real(i, c_double)
        weight = product - floor(product, c_int64_t) - 0.5_c_double
    end function
end module
