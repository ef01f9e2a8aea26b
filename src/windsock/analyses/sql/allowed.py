"""What a statement may be made of: kinds of nodes, functions and types by their names. What is not named here is refused."""

from __future__ import annotations

from typing import Final

NODES: Final = frozenset(
    {
        "Add", "Alias", "All", "And", "Any", "AtTimeZone", "Between", "Boolean", "CTE", "Case", "Cast", "Column", "Cube", "DPipe", "DataType",
        "DataTypeParam", "Distinct", "Div", "Dot", "EQ", "Escape", "Except", "Exists", "Filter", "From", "GT", "GTE", "Group", "GroupingSets",
        "Having", "HavingMax", "ILike", "Identifier", "If", "IgnoreNulls", "In", "IntDiv", "Intersect", "Interval", "Is", "Join", "LT", "LTE",
        "Like", "Limit", "Literal", "Mod", "Mul", "NEQ", "Neg", "Not", "Null", "NullSafeEQ", "NullSafeNEQ", "Offset", "Or", "Order", "Ordered",
        "Paren", "Qualify", "RespectNulls", "Rollup", "Select", "Star", "Sub", "Subquery", "Table", "TableAlias", "TryCast", "Tuple", "Union",
        "Values", "Var", "Where", "Window", "WindowSpec", "With", "WithinGroup", "Xor",
    }
)  # fmt: skip
"""Parts of a SELECT. Not here, among others: recursion, lambdas, lists and structs, parameters, samples, pivots, lateral and table functions."""

FUNCTIONS: Final = frozenset(
    {
        "Abs", "AnyValue", "ApproxDistinct", "ApproxQuantile", "ArgMax", "ArgMin", "Avg", "Ceil", "Coalesce", "Concat", "ConcatWs", "Contains",
        "Corr", "Count", "CountIf", "CovarPop", "CovarSamp", "CumeDist", "CurrentDate", "CurrentTimestamp", "Date", "DateAdd", "DateBin",
        "DateDiff", "DateFromParts", "DateSub", "DateTrunc", "Day", "DayOfMonth", "DayOfWeek", "DayOfWeekIso", "DayOfYear", "Dayname",
        "DenseRank", "EndsWith", "Exp", "Extract", "First", "FirstValue", "Floor", "Greatest", "GroupConcat", "Grouping", "GroupingId", "Hour",
        "Initcap", "Kurtosis", "Lag", "Last", "LastDay", "LastValue", "Lead", "Least", "Left", "Length", "Ln", "Log", "LogicalAnd", "LogicalOr",
        "Lower", "Max", "Median", "Min", "Minute", "Mode", "Month", "Monthname", "NthValue", "Ntile", "Nullif", "PercentRank", "PercentileCont",
        "PercentileDisc", "Pow", "Quantile", "Quarter", "Rank", "RegexpExtract", "RegexpLike", "RegrIntercept", "RegrR2", "RegrSlope",
        "Replace", "Reverse", "Right", "Round", "RowNumber", "Second", "Sign", "Skewness", "SplitPart", "Sqrt", "StartsWith", "Stddev",
        "StddevPop", "StddevSamp", "StrPosition", "StrToDate", "StrToTime", "Substring", "Sum", "TimeToStr", "TimestampAdd", "TimestampDiff",
        "TimestampSub", "TimestampTrunc", "Trim", "Trunc", "TsOrDsAdd", "TsOrDsDiff", "TsOrDsToDate", "UnixToTime", "Upper", "Variance",
        "VariancePop", "Week", "WeekOfYear", "Year",
    }
)  # fmt: skip
"""Functions that the parser knows, by the names of their nodes."""

NAMED: Final = frozenset(
    {
        "arg_max_null", "arg_min_null", "bool_and", "bool_or", "cbrt", "century", "current_date", "date_part", "date_sub", "datepart",
        "dayname", "decade", "epoch", "epoch_ms", "even", "favg", "fsum", "gcd", "grouping", "grouping_id", "ifnull", "isinf", "isnan",
        "isodow", "isoyear", "lcm", "ltrim", "mad", "max_by", "min_by", "monthname", "now", "nvl", "product", "quantile", "quantile_cont",
        "quantile_disc", "regr_avgx", "regr_avgy", "regr_count", "rtrim", "strlen", "time_bucket", "today", "weekday", "yearweek",
    }
)  # fmt: skip
"""Functions that the parser does not know, by what they are called."""

TYPES: Final = frozenset(
    {
        "BIGINT", "BOOLEAN", "CHAR", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INT", "INT128", "INTERVAL", "NCHAR", "NVARCHAR", "SMALLINT", "TEXT",
        "TIME", "TIMESTAMP", "TIMESTAMPNTZ", "TINYINT", "VARCHAR",
    }
)  # fmt: skip
"""Types that a value may be cast to."""

ADVICE: Final[dict[str, str]] = {
    "Lambda": "Lambdas are not available; use CASE.",
    "Unnest": "Lists are not available; every row is one already.",
    "Explode": "Lists are not available; every row is one already.",
    "ArrayAgg": "Lists are not available; use STRING_AGG, MIN, MAX or COUNT.",
    "Array": "Lists are not available.",
    "Bracket": "Lists are not available.",
    "Struct": "Structs are not available.",
    "Pivot": "Write SUM(CASE WHEN ... THEN ... END) for each column.",
    "TableSample": "Filter by a condition instead, such as person % 100 = 0.",
    "Placeholder": "Write the value itself.",
    "Parameter": "Write the value itself.",
    "Lateral": "Use a join or a window function.",
    "Columns": "Name the columns.",
    "JSONExtract": "Properties are columns: properties.page.",
    "JSONExtractScalar": "Properties are columns: properties.page.",
    "ParseJSON": "Properties are columns: properties.page.",
    "GenerateSeries": "Take the days of a view: SELECT DISTINCT date FROM events.",
    "RegexpReplace": "Use REGEXP_EXTRACT or REPLACE.",
}
"""What to write instead of what people try first."""
