// Carries the precompiled headers that all unit tests share.
