# What all plots share. Sizes, ranges, ticks and labels are written for each
# plot; colours and widths of the SVG files come from figure.css.
set encoding utf8
set border 1
set tics nomirror out scale 0.4
set grid xtics ytics back
unset key
unset title
set style fill solid 0.18 noborder
set samples 2
