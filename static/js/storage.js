// htmx writes the address of every page into the tab's storage, and with it what somebody searched for. Computers are
// shared, and nothing here needs it.
sessionStorage.removeItem("htmx-current-path-for-history");
