// auth: lets in who can show that they may. The boundary alone.
#include "auth_filter.h"
#include "berth_plugin_info.h"
#include "module.h"

namespace berth::auth {
namespace {

constexpr berth_factory kAuth = sdk::http_filter<AuthFilter, Module>(
    {"auth", berth_schema_auth, "lets in who can show that they may", BERTH_FAC_FAIL_CLOSED});

constexpr const char* kRequired[] = {
    BERTH_CONFIG_EXT, BERTH_LOOP_EXT, BERTH_WORKER_EXT, BERTH_CRYPTO_EXT, BERTH_HTTP_EXT, nullptr};
constexpr berth_module kModule = sdk::make_module<Module, kAuth>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Users, tokens and addresses"), kRequired);

}  // namespace
}  // namespace berth::auth

BERTH_PLUGIN(berth::auth::kModule)
