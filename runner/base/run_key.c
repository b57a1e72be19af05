#include "run_key.h"

#include "csvtable.h"

void run_key_add(struct strbuf *sb, const struct run *run)
{
    strbuf_addf(sb, "%lld", (long long)run->order);
    csv_add_field(sb, run->cluster);
    csv_add_field(sb, run->kernel);
    csv_add_field(sb, run->backend);
    csv_add_number(sb, run->size);
    strbuf_addf(sb, ",%lld,%lld,%lld,%lld", (long long)run->cores, (long long)run->block,
                (long long)run->run, (long long)run->warmup);
    csv_add_field(sb, run->status);
}
