"""The booking backend: the reference implementation of the API in `openapi.yaml`.

A clinic that has its own system offers the same API from there and leaves this one out.
"""
