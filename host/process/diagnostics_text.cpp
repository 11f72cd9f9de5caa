#include "process/diagnostics_text.h"

#include "process/exit_code.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace berth {

std::string diagnostics_text(const Diagnostics& diagnostics) {
    const char* no_colour = std::getenv("NO_COLOR");
    const bool colour =
        ::isatty(STDERR_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
    return render_text(diagnostics, colour);
}

Error diagnostics_error(const Diagnostics& diagnostics) {
    const auto all = diagnostics.sorted();
    const bool only_plugins = std::all_of(all.begin(), all.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity != Diagnostic::Severity::kError ||
               diagnostic.problem == Problem::kPluginRefused;
    });
    return Error{diagnostics_text(diagnostics),
                 only_plugins ? kExitPluginRejected : kExitConfigInvalid};
}

}  // namespace berth
