"""What is tried a few times in the tests, at full size: 300 x 300 wrong pairs, and 10,000 planted codes and tokens.

    .venv/bin/python -m bench.access_proofs [cases of the pairs] [cases with planted codes]

It takes about seven minutes. What it says is counted, not measured.
"""

import sys

from tests.access_proofs import leaks, wrong_pairs

PAIRS, CASES = 300, 10_000


def main(pairs: int = PAIRS, cases: int = CASES) -> int:
    """Try everything and print what came of it; 1 if anything was answered or found."""
    counted = wrong_pairs(pairs)
    answered = 0
    for (shown, own, status), times in sorted(counted.items()):
        print(f"{shown} of {'its own case' if own else 'another case'}: {status}, {times:,} times")
        answered += times if not own and status < 400 else 0
    print(f"{pairs:,} cases, {pairs * (pairs - 1):,} wrong pairs of each sort: {answered} answers\n")
    result = leaks(cases)
    requests = ", ".join(f"{times:,} x {status}" for status, times in sorted(result.requests.items()))
    print(f"{result.codes:,} codes and {result.tokens:,} tokens planted in {cases:,} cases")
    print(f"{sum(result.requests.values()):,} requests with {result.faults:,} storage failures: {requests}")
    print(f"read: every answer, {result.log_lines:,} log lines, {result.items:,} items of the table with their keys")
    print(f"found: {len(result.found)}")
    for where in result.found[:20]:
        print(f"  {where[:300]}")
    return 1 if answered or result.found else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
