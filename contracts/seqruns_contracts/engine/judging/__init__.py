"""From a reply that looks wrong to the shortest evidence against the check that it belongs to."""
