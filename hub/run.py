"""``python -m hub.run``: the hub's command without an installed script."""

from hub.cli import main

if __name__ == "__main__":
    main()
