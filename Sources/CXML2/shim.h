// libxml2 built with ICU includes ICU's own headers, whose types differ from those that Foundation carries: a target that
// sees both does not compile. What ICU adds to libxml2's structures is never touched from here.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>
#include <libxml/parser.h>
