"""Mutations of claims, one module for each lecture of the second edition: ``MUTATIONS``. CONTRIBUTING.md says how."""
