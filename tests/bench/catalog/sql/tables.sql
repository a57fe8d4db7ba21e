do $$
declare
  name text;
begin
  if not exists (select from pg_roles where rolname = 'reader') then
    create role reader;
    create role writer;
  end if;
  for i in 1..1000 loop
    name := 'table_' || to_char(i, 'FM0000');
    execute format('create table public.%I (
        id bigint generated always as identity primary key,
        parent_id bigint references public.%I,
        tenant_id uuid not null default gen_random_uuid(),
        title text not null,
        price numeric(12, 2) default 0,
        details jsonb not null default ''{}'',
        made_at timestamptz not null default now(),
        is_open boolean,
        constraint price_is_no_debt check (price >= 0))',
      name, case when i = 1 then name else 'table_' || to_char(i - 1, 'FM0000') end);
    execute format('create index %I on public.%I (tenant_id, made_at desc) where is_open', name || '_open', name);
    execute format('alter table public.%I enable row level security', name);
    execute format('create policy tenants on public.%I for select to reader
        using (tenant_id = nullif(current_setting(''app.tenant'', true), '''')::uuid)', name);
    execute format('comment on table public.%I is ''Table %s of a thousand.''', name, i);
    execute format('grant select on public.%I to reader', name);
    execute format('grant select, insert, update (title, price) on public.%I to writer', name);
    -- The server keeps a lock for each of them until the end of the transaction.
    if i % 100 = 0 then
      commit;
    end if;
  end loop;
end
$$
