#include "schema_parts.h"

#include <stddef.h>

const char schema_name_pattern[] = "^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$";
const char schema_word_pattern[] = "^[!%&()*+,./0-9:=?@A-Z\\[\\]^_a-z{|}~-]+$";
const char schema_line_pattern[] = "^[^\\u0000-\\u0008\\u000A-\\u001F\\u007F]*$";
const char schema_time_pattern[] = "^([0-9]+(\\.[0-9]+)?|[0-9]+:[0-5]?[0-9](:[0-5]?[0-9])?|"
                                   "[0-9]+-([01]?[0-9]|2[0-3])(:[0-5]?[0-9]){0,2})$";

void schema_begin_type(struct json_writer *w, const char *key, const char *type)
{
    json_begin_object(w, key);
    json_string(w, "type", type);
}

void schema_pattern(struct json_writer *w, const char *key, const char *pattern)
{
    schema_begin_type(w, key, "string");
    json_string(w, "pattern", pattern);
    json_end_object(w);
}

void schema_texts(struct json_writer *w, const char *pattern, int least)
{
    json_string(w, "type", "array");
    if (least > 0)
        json_int(w, "minItems", least);
    if (pattern != NULL) {
        schema_pattern(w, "items", pattern);
    } else {
        schema_begin_type(w, "items", "string");
        json_end_object(w);
    }
}

void schema_choices(struct json_writer *w, const char *const *choices)
{
    json_begin_array(w, "enum");
    for (size_t i = 0; choices[i] != NULL; i++)
        json_string(w, NULL, choices[i]);
    json_end_array(w);
}

void schema_default(struct json_writer *w, const char *json)
{
    cJSON *item = cJSON_Parse(json);
    if (cJSON_IsString(item))
        json_string(w, "default", item->valuestring);
    else if (cJSON_IsBool(item))
        json_bool(w, "default", cJSON_IsTrue(item));
    else
        json_number(w, "default", item->valuedouble);
    cJSON_Delete(item);
}
