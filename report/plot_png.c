#include "plot_png.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const char signature[8] = {(char)0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
enum { PNG_PIXELS_PER_METRE = 11811 }; /* 300 dpi */

static uint32_t read_be32(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void add_be32(struct strbuf *out, uint32_t value)
{
    const char bytes[4] = {(char)(value >> 24), (char)(value >> 16), (char)(value >> 8),
                           (char)value};
    strbuf_add_bytes(out, bytes, sizeof bytes);
}

/* CRC-32 of a chunk's type and data (PNG specification, annex D), bit by bit:
 * only a few bytes are ever summed here. */
static uint32_t crc(const char *bytes, size_t length)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < length; i++) {
        sum ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320u : 0);
    }
    return ~sum;
}

static void add_resolution(struct strbuf *out)
{
    size_t start;
    add_be32(out, 9);
    start = out->len;
    strbuf_add(out, "pHYs");
    add_be32(out, PNG_PIXELS_PER_METRE);
    add_be32(out, PNG_PIXELS_PER_METRE);
    strbuf_add_char(out, 1); /* the unit is the metre */
    add_be32(out, crc(out->str + start, out->len - start));
}

/* Copies one picture from `at`; the offset behind it, or 0 where it is not whole. */
static size_t copy_picture(const char *bytes, size_t length, size_t at, struct strbuf *out)
{
    static const char *const kept[] = {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"};
    if (length - at < sizeof signature || memcmp(bytes + at, signature, sizeof signature) != 0)
        return 0;
    strbuf_add_bytes(out, bytes + at, sizeof signature);
    at += sizeof signature;
    while (length - at >= 12) {
        size_t size = read_be32(bytes + at);
        const char *type = bytes + at + 4;
        if (size > length - at - 12)
            return 0;
        for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
            if (memcmp(type, kept[i], 4) == 0)
                strbuf_add_bytes(out, bytes + at, size + 12);
        if (memcmp(type, "IHDR", 4) == 0)
            add_resolution(out);
        at += size + 12;
        if (memcmp(type, "IEND", 4) == 0)
            return at;
    }
    return 0;
}

size_t plot_png_split(const char *bytes, size_t length, struct strbuf *outputs, size_t count)
{
    size_t found = 0, at = 0;
    while (found < count && (at = copy_picture(bytes, length, at, &outputs[found])) != 0)
        found++;
    return found;
}
