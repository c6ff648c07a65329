"""Write anew what pages show of the source: ``python docs/write.py``."""

from tables.made import write

if __name__ == "__main__":
    for page in write():
        print(f"written anew: {page}")  # noqa: T201 (that is what it is for)
