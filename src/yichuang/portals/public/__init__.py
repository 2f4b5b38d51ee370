"""
The portal for people and companies: the first page, what the house is, help, and in a demo the doors to every role.

What there is to find and do stands in the domains' own pages; this room only leads there.
"""
