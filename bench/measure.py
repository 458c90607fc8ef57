"""Measuring two or more things side by side: in turns, so that what the machine does meanwhile hits all alike."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

Samples = dict[str, list[float]]


def cpu_in_turns(subjects: Mapping[str, Callable[[], object]], rounds: int, calls: int) -> Samples:
    """Return CPU seconds per call of every subject in every round (A B A B ...), after a round that does not count."""
    samples: Samples = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, subject in subjects.items():
            seconds = _cpu_of(subject, calls)
            if number:
                samples[name].append(seconds)
    return samples


def _cpu_of(subject: Callable[[], object], calls: int) -> float:
    gc.collect()
    began = time.process_time()
    for _ in range(calls):
        subject()
    return (time.process_time() - began) / calls


def ratio(samples: Samples, one: str, other: str) -> float:
    """Return the median of the rounds' ratios."""
    return median(a / b for a, b in zip(samples[one], samples[other], strict=True))


def milliseconds(samples: Samples, name: str) -> float:
    """Return the median in milliseconds."""
    return median(samples[name]) * 1000
