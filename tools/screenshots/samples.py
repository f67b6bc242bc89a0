"""What people share: the texts that the pictures show."""

from typing import NamedTuple

RETRY = '''"""Call what may fail, again and again, but never for ever."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class GaveUp(Exception):
    """The last attempt failed too; its error is the cause."""


def retried(
    call: Callable[[], Result],
    *,
    attempts: int = 5,
    first_delay: float = 0.2,  # seconds
    errors: tuple[type[Exception], ...] = (ConnectionError, TimeoutError),
) -> Result:
    """Full jitter: clients that failed together shall not come back together."""
    for attempt in range(attempts):
        try:
            return call()
        except errors as error:
            if attempt == attempts - 1:
                raise GaveUp(f"failed {attempts} times") from error
            time.sleep(random.uniform(0, first_delay * 2**attempt))
    raise AssertionError("attempts must be positive")


if __name__ == "__main__":
    print(retried(lambda: 6 * 7))
'''
RETRY_EDITED = (
    RETRY.replace("attempts: int = 5", "attempts: int = 8")
    .replace(
        "            time.sleep(random.uniform(0, first_delay * 2**attempt))\n",
        "            time.sleep(random.uniform(0, min(first_delay * 2**attempt, LONGEST_DELAY)))\n",
    )
    .replace('Result = TypeVar("Result")\n', 'Result = TypeVar("Result")\nLONGEST_DELAY = 20.0  # seconds\n')
)
RETRY_THEIRS = RETRY_EDITED.replace("attempts: int = 8", "attempts: int = 6")
LOG = """2026-11-24T06:58:41.112Z INFO  orders-7f9c  started version=3.14.2 workers=4
2026-11-24T06:58:41.870Z INFO  orders-7f9c  migrations: nothing to do
2026-11-24T06:58:42.004Z INFO  orders-7f9c  listening on 0.0.0.0:8080
2026-11-24T07:02:13.551Z WARN  orders-7f9c  slow query 1.92 s  SELECT … FROM line_items WHERE order_id = ANY($1)
2026-11-24T07:02:14.020Z WARN  orders-7f9c  pool exhausted, 12 waiting (max_size=10)
2026-11-24T07:02:19.027Z ERROR orders-7f9c  POST /orders 503 5006 ms
Traceback (most recent call last):
  File "/app/orders/api.py", line 88, in create
    async with pool.connection(timeout=5) as connection:
  File "/app/.venv/lib/python3.12/site-packages/psycopg_pool/pool_async.py", line 211, in connection
    conn = await self.getconn(timeout=timeout)
psycopg_pool.PoolTimeout: couldn't get a connection after 5.00 sec
2026-11-24T07:02:19.031Z INFO  orders-7f9c  circuit opened for 10 s
2026-11-24T07:02:29.040Z INFO  orders-7f9c  circuit half open
2026-11-24T07:02:29.388Z INFO  orders-7f9c  circuit closed, 0 waiting
"""
DIFF = """diff --git a/orders/settings.py b/orders/settings.py
index 1c9e2f4..8a30b71 100644
--- a/orders/settings.py
+++ b/orders/settings.py
@@ -21,7 +21,8 @@ DATABASE_URL = env("DATABASE_URL")
 POOL = {
     "min_size": 2,
-    "max_size": 10,
+    "max_size": 24,  # four workers of six requests each
+    "max_waiting": 48,
     "timeout": 5,
 }
"""
RUNBOOK = """# When the order service says 503

1. Look at the **pool** panel. More than ten waiting: go on with 2; else call the database on-call.
2. Find the slow statement:

   ```sql
   SELECT pid, now() - query_start AS since, left(query, 80)
   FROM pg_stat_activity WHERE state = 'active' ORDER BY since DESC LIMIT 5;
   ```

3. Cancel it with `pg_cancel_backend(pid)`. Never kill the server process.
4. Write down in the incident channel what you did and when.

The circuit closes by itself ten seconds after the first success.
"""
MINUTES = """週次ミーティング議事録(2026年11月24日)

出席:佐藤、鈴木、高橋、田中

一、先週の障害について
 ・注文サービスが約十五秒間、応答できなかった。
 ・原因は接続プールの不足。上限を二十四に引き上げる。

二、次の公開
 ・金曜日の午後三時に行う。担当は高橋。
 ・手順書を事前に読み合わせること。

次回は十二月一日、午前十時から。
"""
PARTS = "part;description;in stock\r\n4711;bearing 6204-2RS;112\r\n4712;shaft 20 h6 × 340;8\r\n4713;seal 20-47-7;56\r\n"


class Sample(NamedTuple):
    title: str
    text: str
    lifetime: int  # seconds, of those that the form offers
    listed: bool = True


SAMPLES = (
    Sample("teile.csv", PARTS, 31_536_000),
    Sample("gijiroku.txt", MINUTES, 604_800),
    Sample("runbook-orders.md", RUNBOOK, 31_536_000),
    Sample("pool-size.diff", DIFF, 86_400),
    Sample("orders-7f9c.log", LOG, 86_400, listed=False),
)
