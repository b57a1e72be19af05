# Turns files into C: cmake -DOUTPUT=templates_data.c -DFOLDER=dir -DFILES="a;b" -P embed.cmake
# Bytes, not string literals: compilers limit the length of those, and nothing has to be escaped.
set(text "#include \"templates.h\"\n\n#include <stddef.h>\n\n")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
    file(READ ${FOLDER}/${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(REGEX REPLACE "(................................................................................)"
           "\\1\n" bytes "${bytes}")
    string(APPEND text "/* ${file} */\nstatic const unsigned char bytes_${number}[] = {\n${bytes}0x00};\n\n")
    string(APPEND rows
           "    {\"${file}\", (const char *)bytes_${number}, sizeof bytes_${number} - 1},\n")
    math(EXPR number "${number} + 1")
endforeach()
string(APPEND text "const struct template_file template_files[] = {\n${rows}    {NULL, NULL, 0},\n};\n")
file(WRITE ${OUTPUT} "${text}")
