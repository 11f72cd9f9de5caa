include(${CMAKE_CURRENT_LIST_DIR}/BerthTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/BerthPlugin.cmake)
