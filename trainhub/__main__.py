"""`python -m trainhub`: the same as the `trainhub` command."""

from trainhub.cli import run

if __name__ == "__main__":
    run()
