"""Documents as PDF: labels, packing slips, invoices, customs forms, manifests."""
