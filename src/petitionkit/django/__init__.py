"""petitionkit as a Django app: a store on Django's connections, models over its tables.

Add ``petitionkit.django`` to ``INSTALLED_APPS`` and run Django's ``migrate``.
"""
