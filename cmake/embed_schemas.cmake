# Writes OUTPUT, a source that holds the text of each JSON file in FOLDER as it is.
set(entries "")
file(GLOB paths ${FOLDER}/*.json)
list(SORT paths)
foreach(path IN LISTS paths)
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(APPEND entries "    {\"${name}\", R\"schema(${text})schema\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"lint/embedded_schemas.hpp\"

namespace aggregator::lint {

namespace {

constexpr EmbeddedSchema kSchemas[] = {
${entries}};

}  // namespace

std::span<const EmbeddedSchema> embedded_schemas() { return kSchemas; }

}  // namespace aggregator::lint
")
