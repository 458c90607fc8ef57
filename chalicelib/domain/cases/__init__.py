"""Cases (办件): one noun in the order in which a case passes through it.

    intake        bytes -> registrations, events, lines of a batch
    corrections   which events count, and in which order
    terms         the commitment a case is bound to
    history, walk what is so now, and what contradicts what
    silence       what saying nothing brings about, along the walk
    stops, clocks the deadline and its steps
    timers        the limits beside it
    turns         when time alone changes a case
    facts         what statistics count
    view          the status as it is stored
    splice        the status as it is served
    preview       what if: the same, for a case that is only supposed

Source: Administrative Licensing Law (行政许可法) art. 32 to 45; the domain text, "Case and clock". Nothing here reads a clock,
storage or chance; the same events give the same bytes whatever the order in which they came in.
"""
