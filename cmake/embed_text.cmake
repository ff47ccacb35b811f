# Writes OUTPUT, a source with the function NAME of the room ROOM that returns the text of INPUT as it is.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include \"${ROOM}/${HEADER}\"

namespace aggregator::${ROOM} {

std::string_view ${NAME}() { return R\"text(${text})text\"; }

}  // namespace aggregator::${ROOM}
")
