# berth_add_plugin(<name> SOURCES <file>... [VENDOR <vendor>] [VERSION <version>] [REQUIRED <minor>]
#                  [SCHEMA <stem>.schema.json...] [LINK <target>...] [OUTPUT_DIRECTORY <folder>] [LOAD_IN_WORKER])
#
# Builds one plugin from C or C++ sources that see the SDK and nothing else of Berth. Target <name>_plugin is
# the shared object, <build>/plugins/<name>.so unless OUTPUT_DIRECTORY says otherwise; <name>_objects are its
# objects, for unit tests.
#
# VENDOR is for third parties: the id becomes <vendor>/<name> and the file <vendor>-<name>.so.
# VERSION is the project's unless given. REQUIRED is the lowest ABI minor that the plugin can live with.
# LOAD_IN_WORKER is for plugins that start threads in load().
#
# The sources may include "berth_plugin_info.h", which defines BERTH_PLUGIN_ID, BERTH_PLUGIN_VERSION,
# BERTH_PLUGIN_REQUIRED and BERTH_PLUGIN_FLAGS, and declares `const char berth_schema_<stem>[]` for each
# schema. The manifest that the host reads before it runs any code is made from the same values.

include(GNUInstallDirs)
set(BERTH_PLUGIN_INSTALL_DIR "${CMAKE_INSTALL_LIBDIR}/berth/plugins" CACHE STRING "Where plugins are installed")
set(_berth_plugin_cmake_dir ${CMAKE_CURRENT_LIST_DIR})

# The bytes of a schema as a C array; sets <out_declaration> and <out_definition>.
function(_berth_embed_schema file out_declaration out_definition)
    get_filename_component(path ${file} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} text)
    string(JSON type ERROR_VARIABLE problem TYPE "${text}")
    if(problem)
        message(FATAL_ERROR "${path}: not JSON: ${problem}")
    endif()
    get_filename_component(stem ${path} NAME)
    string(REGEX REPLACE "\\.schema\\.json$" "" stem ${stem})
    string(MAKE_C_IDENTIFIER ${stem} stem)
    file(READ ${path} bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1', " bytes "${bytes}")
    set(${out_declaration} "extern const char berth_schema_${stem}[];\n" PARENT_SCOPE)
    set(${out_definition} "const char berth_schema_${stem}[] = { ${bytes}'\\0' };\n" PARENT_SCOPE)
endfunction()

# What keeps a plugin's symbols to itself and its memory pages read-only, per linker.
function(_berth_isolate objects module)
    set_target_properties(${objects} ${module} PROPERTIES
        C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
        POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${objects} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
    if(WIN32)
        if(MINGW)
            target_link_options(${module} PRIVATE -static-libgcc -static-libstdc++)
        endif()
        return()
    endif()
    set(exports ${_berth_plugin_cmake_dir}/berth_plugin.map)
    target_link_options(${module} PRIVATE LINKER:--version-script,${exports}
        LINKER:-z,now,-z,relro,-z,noexecstack,-z,nodelete LINKER:-Bsymbolic LINKER:--exclude-libs,ALL)
    set_property(TARGET ${module} APPEND PROPERTY LINK_DEPENDS ${exports})
    # clang leaves the sanitizers' runtime to the program, so its symbols are undefined in a plugin.
    if(NOT (BERTH_SANITIZE AND CMAKE_C_COMPILER_ID MATCHES "Clang"))
        target_link_options(${module} PRIVATE LINKER:-z,defs)
    endif()
endfunction()

function(berth_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "LOAD_IN_WORKER" "VENDOR;VERSION;REQUIRED;OUTPUT_DIRECTORY"
        "SOURCES;SCHEMA;LINK")
    if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "berth_add_plugin(${name}): needs SOURCES; unknown: '${arg_UNPARSED_ARGUMENTS}'")
    endif()
    set(id ${name})
    set(file ${name})
    if(arg_VENDOR)
        set(id ${arg_VENDOR}/${name})
        set(file ${arg_VENDOR}-${name})
    endif()
    if(NOT id MATCHES "^[a-z0-9_.-]+(/[a-z0-9_.-]+)?$")
        message(FATAL_ERROR "berth_add_plugin(${name}): '${id}' is no plugin id: only a-z 0-9 _ . - and one /")
    endif()
    set(version ${PROJECT_VERSION})
    if(arg_VERSION)
        set(version ${arg_VERSION})
    endif()
    set(required 0)
    if(arg_REQUIRED)
        set(required ${arg_REQUIRED})
    endif()
    set(flags 0)
    if(arg_LOAD_IN_WORKER)
        set(flags BERTH_MOD_LOAD_IN_WORKER)
    endif()
    string(LENGTH "${id}" id_length)
    string(LENGTH "${version}" version_length)
    if(id_length GREATER 63 OR version_length GREATER 31 OR version_length EQUAL 0)
        message(FATAL_ERROR "berth_add_plugin(${name}): id or version too long for the manifest, or no version")
    endif()

    set(declarations "")
    set(definitions "")
    foreach(schema ${arg_SCHEMA})
        _berth_embed_schema(${schema} declaration definition)
        string(APPEND declarations "${declaration}")
        string(APPEND definitions "${definition}")
    endforeach()
    set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name}_plugin_info)
    configure_file(${_berth_plugin_cmake_dir}/berth_plugin_info.h.in ${generated}/berth_plugin_info.h @ONLY)
    configure_file(${_berth_plugin_cmake_dir}/berth_plugin_info.c.in ${generated}/${name}_plugin_info.c @ONLY)

    add_library(${name}_objects OBJECT ${arg_SOURCES} ${generated}/${name}_plugin_info.c)
    target_include_directories(${name}_objects PUBLIC ${generated})
    target_link_libraries(${name}_objects PUBLIC berth::sdk ${arg_LINK})
    if(TARGET berth_options)
        target_link_libraries(${name}_objects PUBLIC berth_options)
    endif()
    add_library(${name}_plugin MODULE)
    target_link_libraries(${name}_plugin PRIVATE ${name}_objects)
    _berth_isolate(${name}_objects ${name}_plugin)

    set(directory ${CMAKE_BINARY_DIR}/plugins)
    if(arg_OUTPUT_DIRECTORY)
        set(directory ${arg_OUTPUT_DIRECTORY})
    else()
        install(TARGETS ${name}_plugin LIBRARY DESTINATION ${BERTH_PLUGIN_INSTALL_DIR} COMPONENT plugins
            RUNTIME DESTINATION ${BERTH_PLUGIN_INSTALL_DIR} COMPONENT plugins)
    endif()
    set_target_properties(${name}_plugin PROPERTIES PREFIX "" OUTPUT_NAME ${file}
        LIBRARY_OUTPUT_DIRECTORY ${directory} RUNTIME_OUTPUT_DIRECTORY ${directory})
endfunction()
