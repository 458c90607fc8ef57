"""The command `glasshall`: one module for each group of subcommands, each of them one function over parsed options."""
