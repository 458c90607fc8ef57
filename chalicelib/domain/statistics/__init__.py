"""Statistics (统计) of cases: pure functions from one fact per case to published figures, in the order of the work.

    periods       months, quarters, years and `all`, as text
    facts         the one row per case that everything is counted from, and the leaf under which it is counted
    spreads       sorted durations: median, percentiles, winsorized mean
    tallies       what is kept of many facts, and how tallies add up to those of an agency or a jurisdiction
    series        the figures of a cell in a period
    definitions   what each series means, in Chinese and English (those of public records: record_definitions)
    ledgers       what the public records of an agency come to, day by day: counts under names, which add up
    record_series the figures of disclosure, from a ledger
    suppression   which durations are withheld, so that no total gives a few cases away
    publication   what becomes of a figure that was published before: first, settled, revised
    rendering     a published figure as JSON and as a row of CSV

Source: the domain text, section 5. Nothing here reads a clock, storage or chance: the same facts on the same day give the
same figures, whatever was counted before and however often.
"""
