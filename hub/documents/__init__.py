"""Documents: labels, packing slips, invoices, customs forms, manifests, purchase orders; PDF, and what goes with it."""
