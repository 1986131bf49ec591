// libxml2 built with ICU includes ICU's own headers, whose types differ from those that Foundation carries: a target that
// sees both does not compile. What ICU adds to libxml2's structures is never touched from here.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

// Some messages of libxml2 pass by its structured errors and are printed; its printing function takes variable arguments, which Swift cannot give.
static inline void xml_say_nothing(void *context, const char *message, ...) {
    (void)context;
    (void)message;
}
static inline void xml_silence(void) { xmlSetGenericErrorFunc(0, xml_say_nothing); }
