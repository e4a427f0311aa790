"""Reads pages of PPKS records, as the tests speak of them."""


def sources(answer):
    """The records of a page, by the names that their source gave them."""
    assert answer.status_code == 200, answer.text
    return {item["sumber"]["id_sumber"] for item in answer.json()["items"]}


async def listing(asker, told):
    query = "&".join(f"{name}={value}" for name, value in told.items())
    return await asker.get(f"/v1/ppks?{query}")


async def searching(asker, told):
    return await asker.search(**told)


async def walk(asker, ask, limit, **kondisi):
    """All records page by page, in their order."""
    items, following = [], {"limit": limit} | kondisi
    while True:
        answer = await ask(asker, following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        assert len(page["items"]) == limit
        following = following | {"cursor": page["next_cursor"]}
