-- What of Supabase's realtime a schema refers to: the messages and the topic that is listened to.
create schema if not exists realtime;
create table if not exists realtime.messages (
  id uuid primary key default gen_random_uuid(), topic text not null, extension text not null, payload jsonb, event text,
  private boolean default false, inserted_at timestamp not null default now(), updated_at timestamp not null default now()
);
alter table realtime.messages enable row level security;
create or replace function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;
