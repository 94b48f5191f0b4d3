"""Models of any flavor: logged, loaded, changed; by themselves too."""
