"""Questions about audiences that a solver answers: whom a predicate matches, and whom another one does not.

It comes with the extra `analysis`: whoever imports it has made sure that z3 is installed. Must never know a vendor, nor
read a file.
"""
