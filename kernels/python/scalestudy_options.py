"""The command line: scalestudy-numba integration2d --size 10000 --workers 1"""
import math
import re

WORKERS_MAX = 65536
MODES = ("--help", "--describe", "--version")


class CommandLine(Exception):
    """One sentence, with the remedy."""


class Options:
    """What a command line asks for. `value` holds the workload's own options by name."""

    def __init__(self):
        self.mode = None
        self.workload = None
        self.size = 0
        self.workers = 0  # not given
        self.bind = True
        self.test_wrong = False
        self.value = {}


def whole(name, text, minimum, maximum):
    if re.fullmatch("[0-9]{1,18}", text) and minimum <= int(text) <= maximum:
        return int(text)
    raise CommandLine('%s wants a whole number from %d to %d, not "%.40s"'
                      % (name, minimum, maximum, text))


def wanted(option):
    """"a whole number from 1 to 10000000", "32 or 64": in the words of the kernels in C."""
    if not option.step:
        return "a number from %g to %g" % (option.minimum, option.maximum)
    if option.minimum + option.step == option.maximum:
        return "%d or %d" % (option.minimum, option.maximum)
    return "a whole number from %d to %d" % (option.minimum, option.maximum)


def real(option, text):
    if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", text):
        number = float(text)
        steps = (number - option.minimum) / (option.step or 1)
        if option.minimum <= number <= option.maximum and (not option.step or
                                                           steps == math.floor(steps)):
            return number
    raise CommandLine('%s wants %s, not "%.40s"' % (option.name, wanted(option), text))


def take(options, name, text):
    own = {option.name: option for option in options.workload.options}
    if name == "--size":
        options.size = whole(name, text, 1, options.workload.maximum_size)
    elif name == "--workers":
        options.workers = whole(name, text, 1, WORKERS_MAX)
    elif name == "--bind":
        if text not in ("cores", "none"):
            raise CommandLine('--bind wants "cores" or "none", not "%.40s"' % text)
        options.bind = text == "cores"
    elif name in own:
        options.value[name] = real(own[name], text)
    else:
        raise CommandLine('unknown option "%.60s"; --help lists them' % name)


def parse(words, workloads):
    """`workloads`: those of the backend, by name. Raises CommandLine."""
    options = Options()
    # Modes count wherever they stand, so that --help helps with a line that is otherwise wrong.
    options.mode = next((word for word in words if word in MODES), None)
    if options.mode is not None:
        return options
    if not words or words[0].startswith("-"):
        raise CommandLine("name a workload first: " + ", ".join(workloads))
    if words[0] not in workloads:
        raise CommandLine('no workload "%.40s"; there are %s' % (words[0], ", ".join(workloads)))
    options.workload = workloads[words[0]]
    options.size = options.workload.default_size
    options.value = {option.name: option.preset for option in options.workload.options}
    rest = iter(words[1:])
    for word in rest:
        if word == "--test-wrong":
            options.test_wrong = True
        elif not word.startswith("-"):
            raise CommandLine('"%.60s" is not an option; one workload is run at a time' % word)
        else:
            take(options, word, next(rest, ""))
    return options
