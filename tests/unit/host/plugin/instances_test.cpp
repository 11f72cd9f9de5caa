#include "plugin/instances.h"

#include "config/config_check.h"

#include <string>

namespace berth {
namespace {

// Two factories that write down what is done to them.
std::string history;
berth_status create_status = BERTH_OK;

berth_status create(void* mod, const berth_cfg*, void*, void** inst) {
    history += std::string("create ") + static_cast<const char*>(mod) + ";";
    *inst = mod;
    return create_status;
}
void drain(void* inst, uint64_t) {
    history += std::string("drain ") + static_cast<const char*>(inst) + ";";
}
void destroy(void* inst) {
    history += std::string("destroy ") + static_cast<const char*>(inst) + ";";
}

class InstancesTest : public ::testing::Test {
protected:
    InstancesTest() {
        history.clear();
        create_status = BERTH_OK;
        factory_.create = create;
        factory_.drain = drain;
        factory_.destroy = destroy;
        add(inner_, "inner", inner_name_);
        add(outer_, "outer", outer_name_);
    }
    void add(FactoryInfo& info, const char* name, char* mod) {
        info.plugin = info.name = name;
        info.factory = &factory_;
        info.mod = mod;
        config_.uses.push_back(std::make_unique<PluginUse>());
        config_.uses.back()->number = static_cast<uint32_t>(config_.uses.size());
        config_.uses.back()->factory = &info;
        config_.uses.back()->node = &node_;
    }

    char inner_name_[6] = "inner", outer_name_[6] = "outer";
    berth_factory factory_{};
    FactoryInfo inner_, outer_;
    berth_cfg node_;
    CheckedConfig config_;
    volatile uint32_t stamp_ = 0;
};

TEST_F(InstancesTest, are_made_in_order_and_destroyed_backwards) {
    {
        Instances instances(config_);
        ASSERT_TRUE(instances.create({}, stamp_).ok());
        instances.drain(1);
    }
    EXPECT_EQ(history,
              "create inner;create outer;drain inner;drain outer;destroy outer;destroy inner;");
    EXPECT_EQ(stamp_, 0u);
}

TEST_F(InstancesTest, a_quarantined_plugin_is_not_touched) {
    const std::vector<std::string> quarantined{"inner"};
    {
        Instances instances(config_);
        ASSERT_TRUE(instances.create(quarantined, stamp_).ok());
        EXPECT_TRUE(config_.uses[0]->quarantined);
        EXPECT_FALSE(config_.uses[1]->quarantined);
        instances.drain(1);
    }
    EXPECT_EQ(history, "create outer;drain outer;destroy outer;");
}

TEST_F(InstancesTest, a_failure_names_place_plugin_and_status) {
    create_status = BERTH_E_INVAL;
    node_.where = "site.yaml:4:1";
    Instances instances(config_);
    Status created = instances.create({}, stamp_);
    ASSERT_FALSE(created.ok());
    EXPECT_EQ(created.error().message, "site.yaml:4:1: plugin inner cannot be used here (E_INVAL)");
}

}  // namespace
}  // namespace berth
