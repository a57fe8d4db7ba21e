//! Every integration test of the tool, in one program.

mod servers;
