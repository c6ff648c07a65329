"""The promises of a store, one test for each, in classes by what they are about."""
