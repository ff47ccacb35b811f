#pragma once

#include <aggregator/reading/fields.hpp>
#include <aggregator/reading/typing.hpp>
#include <aggregator/reading/value.hpp>
#include <aggregator/reading/values.hpp>

/// The words of the room `reading` that every table of keys is written in.
namespace aggregator::config {

using reading::described;
using reading::Diagnostic;
using reading::Diagnostics;
using reading::Field;
using reading::File;
using reading::in_range;
using reading::is_comment;
using reading::Keys;
using reading::member_of;
using reading::quoted;
using reading::read_field;
using reading::read_fields;
using reading::Report;
using reading::Severity;
using reading::Source;
using reading::Table;
using reading::Value;
namespace strict = reading::strict;
namespace weak = reading::weak;

}  // namespace aggregator::config
