-- What holds for tables: constraints, indexes, triggers, rules, statistics objects.

-- case: constraint, missing
-- expect: schema | constraint public.con_gone.key | missing
create table public.con_gone (a int, constraint key unique (a));
-- plant
alter table public.con_gone drop constraint key;
-- heal
alter table public.con_gone add constraint key unique (a);

-- case: constraint, definition
-- expect: schema | constraint public.con_check.positive | definition
create table public.con_check (a int constraint positive check (a > 0));
-- plant
alter table public.con_check drop constraint positive, add constraint positive check (a >= 0);
-- heal
alter table public.con_check drop constraint positive, add constraint positive check (a > 0);

-- case: primary key, definition
-- expect: schema | constraint public.con_key.con_key_pkey | definition
create table public.con_key (a int not null, b int not null, primary key (a));
-- plant
alter table public.con_key drop constraint con_key_pkey, add primary key (a, b);
-- heal
alter table public.con_key drop constraint con_key_pkey, add primary key (a);

-- case: foreign key, definition
-- expect: schema | constraint public.con_child.parent | definition
create table public.con_parent (a int primary key);
create table public.con_child (a int constraint parent references public.con_parent);
-- plant
alter table public.con_child drop constraint parent, add constraint parent foreign key (a) references public.con_parent on delete cascade;
-- heal
alter table public.con_child drop constraint parent, add constraint parent foreign key (a) references public.con_parent;

-- case: exclusion constraint, extra
-- expect: schema | constraint public.con_apart.apart | extra
create table public.con_apart (a int4range);
-- plant
alter table public.con_apart add constraint apart exclude using gist (a with &&);
-- heal
alter table public.con_apart drop constraint apart;

-- case: constraint, validated
-- expect: schema | constraint public.con_unproven.positive | validated
create table public.con_unproven (a int constraint positive check (a > 0));
-- plant
alter table public.con_unproven drop constraint positive, add constraint positive check (a > 0) not valid;
-- heal
alter table public.con_unproven validate constraint positive;

-- case: constraint, deferrable
-- expect: schema | constraint public.con_later_child.parent | deferrable
create table public.con_later (a int primary key);
create table public.con_later_child (a int constraint parent references public.con_later);
-- plant
alter table public.con_later_child alter constraint parent deferrable;
-- heal
alter table public.con_later_child alter constraint parent not deferrable;

-- case: constraint, initially deferred
-- expect: schema | constraint public.con_last_child.parent | deferrable
create table public.con_last (a int primary key);
create table public.con_last_child (a int constraint parent references public.con_last deferrable);
-- plant
alter table public.con_last_child alter constraint parent deferrable initially deferred;
-- heal
alter table public.con_last_child alter constraint parent deferrable initially immediate;

-- case: constraint, enforced
-- since: 18
-- expect: schema | constraint public.con_idle.positive | enforced
create table public.con_idle (a int constraint positive check (a > 0));
-- plant
alter table public.con_idle drop constraint positive, add constraint positive check (a > 0) not enforced;
-- heal
alter table public.con_idle drop constraint positive, add constraint positive check (a > 0);

-- case: constraint, triggers switched off
-- expect: schema | constraint public.con_off_child.parent | enforcement
create table public.con_off (a int primary key);
create table public.con_off_child (a int constraint parent references public.con_off);
-- plant
alter table public.con_off_child disable trigger all;
-- heal
alter table public.con_off_child enable trigger all;

-- case: constraint, no inherit
-- expect: schema | constraint public.con_own.positive | no inherit
create table public.con_own (a int constraint positive check (a > 0));
-- plant
alter table public.con_own drop constraint positive, add constraint positive check (a > 0) no inherit;
-- heal
alter table public.con_own drop constraint positive, add constraint positive check (a > 0);

-- case: constraint, comment
-- expect: schema | constraint public.con_told.positive | comment
create table public.con_told (a int constraint positive check (a > 0));
-- plant
comment on constraint positive on public.con_told is 'x';
-- heal
comment on constraint positive on public.con_told is null;

-- case: index, missing
-- expect: indexes | index public.ix_gone_a | missing
create table public.ix_gone (a int);
create index ix_gone_a on public.ix_gone (a);
-- plant
drop index public.ix_gone_a;
-- heal
create index ix_gone_a on public.ix_gone (a);

-- case: index, definition
-- expect: indexes | index public.ix_defined_a | definition
create table public.ix_defined (a int, b int);
create index ix_defined_a on public.ix_defined (a);
-- plant
drop index public.ix_defined_a; create index ix_defined_a on public.ix_defined (a desc, b);
-- heal
drop index public.ix_defined_a; create index ix_defined_a on public.ix_defined (a);

-- case: index, predicate
-- expect: indexes | index public.ix_partial_a | definition
create table public.ix_partial (a int);
create index ix_partial_a on public.ix_partial (a) where a > 0;
-- plant
drop index public.ix_partial_a; create index ix_partial_a on public.ix_partial (a) where a > 1;
-- heal
drop index public.ix_partial_a; create index ix_partial_a on public.ix_partial (a) where a > 0;

-- case: index, operator class
-- expect: indexes | index public.ix_class_a | definition
create table public.ix_class (a text);
create index ix_class_a on public.ix_class (a);
-- plant
drop index public.ix_class_a; create index ix_class_a on public.ix_class (a text_pattern_ops);
-- heal
drop index public.ix_class_a; create index ix_class_a on public.ix_class (a);

-- case: unique index, whether NULLs are distinct
-- expect: indexes | index public.ix_nulls_a | definition
create table public.ix_nulls (a int);
create unique index ix_nulls_a on public.ix_nulls (a);
-- plant
drop index public.ix_nulls_a; create unique index ix_nulls_a on public.ix_nulls (a) nulls not distinct;
-- heal
drop index public.ix_nulls_a; create unique index ix_nulls_a on public.ix_nulls (a);

-- case: index, validity
-- expect: indexes | index public.ix_valid_a | valid
create table public.ix_valid (a int);
create index ix_valid_a on public.ix_valid (a);
-- plant
update pg_catalog.pg_index set indisvalid = false where indexrelid = 'public.ix_valid_a'::regclass;
-- heal
update pg_catalog.pg_index set indisvalid = true where indexrelid = 'public.ix_valid_a'::regclass;

-- case: index, readiness
-- expect: indexes | index public.ix_ready_a | ready
create table public.ix_ready (a int);
create index ix_ready_a on public.ix_ready (a);
-- plant
update pg_catalog.pg_index set indisready = false where indexrelid = 'public.ix_ready_a'::regclass;
-- heal
update pg_catalog.pg_index set indisready = true where indexrelid = 'public.ix_ready_a'::regclass;

-- case: index, options
-- expect: indexes | index public.ix_options_a | options
create table public.ix_options (a int);
create index ix_options_a on public.ix_options (a) where a > 0;
-- plant
alter index public.ix_options_a set (fillfactor = 70);
-- heal
alter index public.ix_options_a reset (fillfactor);

-- case: index of a constraint, options
-- expect: indexes | index public.ix_behind_pkey | options
create table public.ix_behind (a int primary key);
-- plant
alter index public.ix_behind_pkey set (fillfactor = 70);
-- heal
alter index public.ix_behind_pkey reset (fillfactor);

-- case: index, replica identity
-- expect: indexes | index public.ix_replica_a | replica identity
-- expect: indexes | index public.ix_replica_b | replica identity
create table public.ix_replica (a int not null, b int not null);
create unique index ix_replica_a on public.ix_replica (a);
create unique index ix_replica_b on public.ix_replica (b);
alter table public.ix_replica replica identity using index ix_replica_a;
-- plant
alter table public.ix_replica replica identity using index ix_replica_b;
-- heal
alter table public.ix_replica replica identity using index ix_replica_a;

-- case: index, clustered
-- expect: indexes | index public.ix_clustered_a | clustered
create table public.ix_clustered (a int);
create index ix_clustered_a on public.ix_clustered (a);
-- plant
alter table public.ix_clustered cluster on ix_clustered_a;
-- heal
alter table public.ix_clustered set without cluster;

-- case: index, statistics
-- expect: indexes | index public.ix_counted_a | statistics targets
create table public.ix_counted (a int);
create index ix_counted_a on public.ix_counted ((a + 1));
-- plant
alter index public.ix_counted_a alter column 1 set statistics 500;
-- heal
alter index public.ix_counted_a alter column 1 set statistics -1;

-- case: index, comment
-- expect: indexes | index public.ix_told_a | comment
create table public.ix_told (a int);
create index ix_told_a on public.ix_told (a);
-- plant
comment on index public.ix_told_a is 'x';
-- heal
comment on index public.ix_told_a is null;

-- case: trigger, missing
-- expect: schema | trigger public.tg_gone.keep | missing
create table public.tg_gone (a int);
create trigger keep before update on public.tg_gone for each row execute function suppress_redundant_updates_trigger();
-- plant
drop trigger keep on public.tg_gone;
-- heal
create trigger keep before update on public.tg_gone for each row execute function suppress_redundant_updates_trigger();

-- case: trigger, definition
-- expect: schema | trigger public.tg_defined.keep | definition
create table public.tg_defined (a int, b int);
create trigger keep before update on public.tg_defined for each row execute function suppress_redundant_updates_trigger();
-- plant
create or replace trigger keep before update of b on public.tg_defined for each row execute function suppress_redundant_updates_trigger();
-- heal
create or replace trigger keep before update on public.tg_defined for each row execute function suppress_redundant_updates_trigger();

-- case: trigger, disabled
-- expect: schema | trigger public.tg_off.keep | enabled
create table public.tg_off (a int);
create trigger keep before update on public.tg_off for each row execute function suppress_redundant_updates_trigger();
-- plant
alter table public.tg_off disable trigger keep;
-- heal
alter table public.tg_off enable trigger keep;

-- case: trigger, enabled on replicas only
-- expect: schema | trigger public.tg_replica.keep | enabled
create table public.tg_replica (a int);
create trigger keep before update on public.tg_replica for each row execute function suppress_redundant_updates_trigger();
-- plant
alter table public.tg_replica enable replica trigger keep;
-- heal
alter table public.tg_replica enable trigger keep;

-- case: trigger, enabled always
-- expect: schema | trigger public.tg_always.keep | enabled
create table public.tg_always (a int);
create trigger keep before update on public.tg_always for each row execute function suppress_redundant_updates_trigger();
-- plant
alter table public.tg_always enable always trigger keep;
-- heal
alter table public.tg_always enable trigger keep;

-- case: trigger of a partitioned table, disabled
-- expect: schema | trigger public.tg_root.keep | enabled
create table public.tg_root (a int) partition by list (a);
create table public.tg_root_1 partition of public.tg_root for values in (1);
create trigger keep after insert on public.tg_root for each row execute function suppress_redundant_updates_trigger();
-- plant
alter table public.tg_root disable trigger keep;
-- heal
alter table public.tg_root enable trigger keep;

-- case: trigger, comment
-- expect: schema | trigger public.tg_told.keep | comment
create table public.tg_told (a int);
create trigger keep before update on public.tg_told for each row execute function suppress_redundant_updates_trigger();
-- plant
comment on trigger keep on public.tg_told is 'x';
-- heal
comment on trigger keep on public.tg_told is null;

-- case: rule, extra
-- expect: schema | rule public.ru_new.still | extra
create table public.ru_new (a int);
-- plant
create rule still as on delete to public.ru_new do instead nothing;
-- heal
drop rule still on public.ru_new;

-- case: rule, definition
-- expect: schema | rule public.ru_defined.still | definition
create table public.ru_defined (a int);
create rule still as on delete to public.ru_defined do instead nothing;
-- plant
create or replace rule still as on update to public.ru_defined do instead nothing;
-- heal
create or replace rule still as on delete to public.ru_defined do instead nothing;

-- case: rule, enabled
-- expect: schema | rule public.ru_off.still | enabled
create table public.ru_off (a int);
create rule still as on delete to public.ru_off do instead nothing;
-- plant
alter table public.ru_off disable rule still;
-- heal
alter table public.ru_off enable rule still;

-- case: rule, comment
-- expect: schema | rule public.ru_told.still | comment
create table public.ru_told (a int);
create rule still as on delete to public.ru_told do instead nothing;
-- plant
comment on rule still on public.ru_told is 'x';
-- heal
comment on rule still on public.ru_told is null;

-- case: statistics object, missing
-- expect: schema | statistics object public.st_gone_ab | missing
create table public.st_gone (a int, b int);
create statistics public.st_gone_ab on a, b from public.st_gone;
-- plant
drop statistics public.st_gone_ab;
-- heal
create statistics public.st_gone_ab on a, b from public.st_gone;

-- case: statistics object, definition
-- expect: schema | statistics object public.st_defined_ab | definition
create table public.st_defined (a int, b int);
create statistics public.st_defined_ab (mcv) on a, b from public.st_defined;
-- plant
drop statistics public.st_defined_ab; create statistics public.st_defined_ab (ndistinct) on a, b from public.st_defined;
-- heal
drop statistics public.st_defined_ab; create statistics public.st_defined_ab (mcv) on a, b from public.st_defined;

-- case: statistics object, statistics target
-- expect: schema | statistics object public.st_counted_ab | statistics target
create table public.st_counted (a int, b int);
create statistics public.st_counted_ab on a, b from public.st_counted;
-- plant
alter statistics public.st_counted_ab set statistics 500;
-- heal
alter statistics public.st_counted_ab set statistics -1;

-- case: statistics object, owner
-- expect: schema | statistics object public.st_owned_ab | owner
create table public.st_owned (a int, b int);
create statistics public.st_owned_ab on a, b from public.st_owned;
-- plant
alter statistics public.st_owned_ab owner to $keeper;
-- heal
alter statistics public.st_owned_ab owner to postgres;

-- case: statistics object, comment
-- expect: schema | statistics object public.st_told_ab | comment
create table public.st_told (a int, b int);
create statistics public.st_told_ab on a, b from public.st_told;
-- plant
comment on statistics public.st_told_ab is 'x';
-- heal
comment on statistics public.st_told_ab is null;
