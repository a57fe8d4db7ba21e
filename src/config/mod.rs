//! The configuration: the file's shape, and its merging with environment and flags into one resolved [`Config`].
//!
//! Never true in here: a password in a `Debug` or `Display` text, a connection to anything, a guess about a
//! misspelt key (unknown keys are errors that name the nearest valid one).

mod behaviour;
mod copying;
mod deciding;
mod expression;
mod file;
mod float_tolerance;
mod gate;
mod manner;
mod masking;
mod notify;
mod pattern;
mod platform;
mod resolve;
mod secret;
mod subset;
mod tls;
mod tolerance;
mod unknown;

pub use behaviour::{Behaviour, Persona, TenantRule};
pub use copying::CopyConfig;
pub use deciding::{Decide, DecideSection, OnFailure, Otherwise};
pub use file::{CopySection, Environment, File, Sample, SampleExpectation, SamplesSection, VectorProbe, VerifySection};
pub use float_tolerance::FloatTolerance;
pub use gate::{Gate, ReportKind};
pub use manner::{Manner, duration};
pub use masking::{Mask, MaskKind, Masks};
pub use notify::{Notify, Occasion, Planned};
pub use pattern::ColumnPattern;
pub use platform::{FromVariable, Platform};
pub use resolve::{Config, Flags, SideConfig, TableScope};
pub use secret::{DatabaseUrl, Salt};
pub use subset::Subset;
pub use tls::Tls;
pub use tolerance::RowTolerance;
