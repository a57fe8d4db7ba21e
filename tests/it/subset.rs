//! Subsets: rows chosen by conditions, and all that refer to rows left out left out with them.

use crate::support::endpoints::Pair;

/// Two tenants; every way in which a row can refer to another.
const TABLES: &str = "
    create table tenant (id int primary key, name text not null);
    create table hotel (tenant int not null references tenant, id int not null, note text, primary key (tenant, id));
    create table room (id int primary key, tenant int not null, hotel int, foreign key (tenant, hotel) references hotel);
    create table staff (id int primary key, tenant int references tenant, boss int references staff, deputy int references staff);
    create table booking (id int not null, room int references room, day date not null, primary key (id, day)) partition by range (day);
    create table booking_old partition of booking for values from (minvalue) to ('2026-01-01');
    create table booking_new partition of booking for values from ('2026-01-01') to (maxvalue);
    create table review (id int primary key, tenant int references tenant, booking int, day date,
        foreign key (booking, day) references booking match full);
    create table \"odd \"\"parent\" (\"the id\" int primary key, room int unique references room);
    create table parent (id int primary key, odd int references \"odd \"\"parent\" (room));
    create table apart (id int primary key);
    create index on room (tenant, hotel); create index on booking (room)";

const ROWS: &str = "
    insert into tenant select i, 'tenant ' || i from generate_series(1, 4) i;
    insert into hotel select 1 + i % 4, i, repeat('x', i % 50) from generate_series(1, 400) i;
    insert into room select i, 1 + i % 4, case when i % 10 > 0 then i end from generate_series(1, 400) i;
    insert into staff select i, case when i % 9 > 0 then 1 + i % 4 end, null from generate_series(1, 300) i;
    -- Some report to a boss of another tenant, three levels deep; two report to each other.
    update staff set boss = id - 7 where id > 7 and id % 5 = 0;
    update staff set deputy = id - 4 where id > 4 and id % 3 = 0;
    update staff set boss = 14 where id = 22; update staff set boss = 22 where id = 14;
    insert into booking select i, case when i % 11 > 0 then 1 + i % 400 end, date '2025-06-01' + i % 400
        from generate_series(1, 2000) i;
    insert into review select row_number() over (), case when b.id % 2 = 0 then 2 end, b.id, b.day from booking b where b.id % 3 = 0;
    insert into review select 100000 + i, i, null, null from generate_series(1, 4) i;
    insert into \"odd \"\"parent\" select i, i from generate_series(1, 100) i;
    insert into parent select i, case when i % 2 = 0 then i end from generate_series(1, 100) i;
    insert into apart select i from generate_series(1, 10) i";

/// What must stay of it for tenants 2 and 3, written anew and without the tool's way of writing it.
const LEFT: [(&str, &str); 9] = [
    ("tenant", "select t::text from tenant t where id in (2, 3)"),
    ("hotel", "select t::text from hotel t where tenant in (2, 3)"),
    ("room", "select t::text from room t where tenant in (2, 3) or hotel is null"),
    (
        "booking",
        "select b::text from booking b left join room r on r.id = b.room where b.room is null or r.tenant in (2, 3) or r.hotel is null",
    ),
    (
        "review",
        "select v::text from review v left join booking b on b.id = v.booking and b.day = v.day left join room r on r.id = b.room
         where (v.tenant is null or v.tenant in (2, 3)) and (b.room is null or r.tenant in (2, 3) or r.hotel is null)",
    ),
    (
        "\"odd \"\"parent\"",
        "select o::text from \"odd \"\"parent\" o join room r on r.id = o.room where r.tenant in (2, 3) or r.hotel is null",
    ),
    (
        "parent",
        "select p::text from parent p left join room r on r.id = p.odd where p.odd is null or r.tenant in (2, 3) or r.hotel is null",
    ),
    ("apart", "select a::text from apart a"),
    (
        "staff",
        "with recursive up as (
            select id, id as at from staff union
            select up.id, next.above from up join staff s on s.id = up.at
              cross join lateral (values (s.boss), (s.deputy)) next(above) where next.above is not null)
         select s::text from staff s where not exists (
            select from up join staff a on a.id = up.at where up.id = s.id and a.tenant not in (2, 3))",
    ),
];

const CONFIG: &str = "[scope.rows]\n'public.tenant' = \"\"\"tenant.id between 2 and 3 -- both of them\"\"\"\n";

async fn pair(name: &str) -> Pair {
    let pair = Pair::create(name).await;
    pair.both(TABLES).await;
    pair.on_source(ROWS).await;
    pair.on_source("analyze").await;
    pair
}

#[tokio::test]
async fn rows_stay_behind_with_the_rows_they_refer_to() {
    let pair = pair("subset").await;
    let small = "[copy]\nchunk = '8KiB'\nset_aside_from = '0B'\n";
    let shell = pair.shell().await.file("migration.toml", &format!("{CONFIG}{small}"));
    shell.run("preflight --format json").says("rows of 8 tables are chosen");
    shell.run("copy --confirm target").exits(0);
    for (table, sql) in LEFT {
        let expected = pair.ask_source(&format!("select * from ({sql}) t order by 1")).await;
        let found = pair.ask_target(&format!("select t::text from {table} t order by 1")).await;
        assert!(!expected.is_empty() && expected == found, "{table}: {} and {}", expected.len(), found.len());
        if table != "apart" {
            let all = pair.ask_source(&format!("select count(*)::text from {table}")).await;
            assert_ne!(all, [found.len().to_string()], "nothing was left out of {table}");
        }
    }
    let same = shell.run("verify --skip vectors --format json").exits(0);
    let ledger = same.json()["ledger"].to_string();
    assert!(ledger.contains("leaves out"), "{ledger}");

    // A row of the subset that is missing, one that should have stayed behind, and one that is another.
    for (plant, heal) in [
        ("delete from review where id = 100002", "insert into review values (100002, 2, null, null)"),
        ("insert into tenant values (4, 'tenant 4')", "delete from tenant where id = 4"),
        ("update hotel set note = note || '.' where id = 2", "update hotel set note = left(note, -1) where id = 2"),
    ] {
        pair.on_target(plant).await;
        shell.run("verify --only rows").exits(1).says("1 row");
        pair.on_target(heal).await;
    }
    shell.run("fingerprint --side source --out source.json").exits(0);
    shell.run("verify --against source.json").exits(0);
    pair.on_target("insert into tenant values (4, 'tenant 4')").await;
    shell.run("verify --against source.json --only rows").exits(1);
    shell.run("verify --only rows --repair repair.sql").exits(1);
    pair.on_target(&shell.read("repair.sql").replace("\\", "")).await;
    shell.run("verify --only rows,orphans").exits(0);
    let shell = shell.file("other.toml", &CONFIG.replace("between 2 and 3", "= 2"));
    shell.run("--config other.toml verify --against source.json").exits(2).complains("other rows");
    shell.run("--config other.toml verify --only rows").exits(1);
    pair.drop_databases().await;
}

#[tokio::test]
async fn what_cannot_be_a_subset_is_refused() {
    let pair = pair("subset_refused").await;
    pair.both(
        "alter table tenant add main_hotel int; alter table tenant add constraint main foreign key (id, main_hotel) references hotel;
         create view seen as select 1 as one",
    )
    .await;
    let shell = pair.shell().await;
    let with = |rows: &str| std::fs::write(shell.path("migration.toml"), rows).unwrap();
    for (config, said) in [
        (CONFIG.to_owned(), "lead in a circle"),
        ("[scope.rows]\n'public.nothing' = 'true'\n".to_owned(), "has no table `public.nothing`"),
        ("[scope.rows]\n'public.apart' = 'id > random()'\n".to_owned(), "`random`"),
        ("[scope]\nnot_followed = ['x']\n[scope.rows]\n'public.apart' = 'id > 1'\n".to_owned(), "no foreign key `x`"),
        ("[scope]\nnot_followed = ['main']\n".to_owned(), "scope.rows names no table"),
    ] {
        with(&config);
        for verb in ["copy --confirm target", "verify", "preflight", "fingerprint"] {
            shell.run(verb).exits(2).complains(said);
        }
    }
    with("[scope.rows]\n'public.apart' = 'id ='\n");
    shell.run("preflight --format json").exits(1).says("syntax error");
    shell.run("copy --confirm target").exits(2).complains("table public.apart cannot be read by the condition");
    assert_eq!(pair.ask_target("select count(*)::text from tenant").await, ["0"]);
    let config = CONFIG.replace("[scope.rows]", "[scope]\nnot_followed = ['main']\n[scope.rows]");
    with(&config);
    shell.run("copy --confirm target").exits(0);
    shell.run("verify").exits(0);
    pair.drop_databases().await;
}
