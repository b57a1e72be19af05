#include "streams.h"

#include "isa.h"

ISA_TABLE(streams);
