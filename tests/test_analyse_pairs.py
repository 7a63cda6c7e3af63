"""What went into a call and what came out of it: ciphers, digests, encoders, compressors, as far as they are proof."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode

import pytest

from harness.model.findings import Explanation
from tests.stored import Story, text
from tests.told import (
    APPSFLYER_CODE,
    DO_FINAL,
    EMAIL,
    ENCODE,
    FINISH,
    GZIP,
    HASH,
    HASH_PART,
    IV,
    JSON,
    MAC,
    MAC_PART,
    PACK,
    TO_BASE64,
    UPDATE,
    aes,
    encrypt,
    hashed,
    number,
    only_story,
    openssl,
    ways,
)


def test_a_cipher_proves_what_was_encrypted_although_other_text_was_nearer() -> None:
    story = Story(PACK)
    body = json.dumps({"appsflyerKey": "k", "operator": EMAIL.value})
    story.call(JSON, returned=text(body), frames=(APPSFLYER_CODE,))
    sent = encrypt(story, body.encode())
    story.call(JSON, returned=text('{"appsflyerKey":"k","later":"another"}'), frames=(APPSFLYER_CODE,))
    story.request("https://inapps.appsflyer.com/x", sent, frames=(APPSFLYER_CODE,))
    analysis = story.analyse(EMAIL)
    (request,) = analysis.transmissions
    assert (request.explanation, request.explained_by, request.blind) == (
        Explanation.IN_OUT,
        ("process-1", 1),
        None,
    )
    told = next(told for told in analysis.stories if told.hosts)
    assert ways(told) == [
        (1, "platform", ""),
        (2, "platform", "same content"),
        (4, "wire", "in -> out Cipher.doFinal (AES/CBC/PKCS5Padding)"),
    ]


def test_a_cipher_on_another_thread_is_proof_where_nearness_is_none() -> None:
    story = Story(PACK)
    sent = encrypt(story, json.dumps({"operator": EMAIL.value}).encode(), thread=4)
    story.request("https://inapps.appsflyer.com/x", sent, thread=9)
    (request,) = story.analyse(EMAIL).transmissions
    assert (request.explanation, request.explained_by) == (Explanation.IN_OUT, ("process-1", 1))


@pytest.mark.parametrize("envelope", ["iv before it", "base64 in json", "hex"])
def test_encrypted_content_is_found_inside_what_was_sent(envelope: str) -> None:
    story = Story(PACK)
    sent = encrypt(story, json.dumps({"operator": EMAIL.value, "more": "x" * 40}).encode())
    body = {
        "iv before it": bytes.fromhex(IV) + sent,
        "base64 in json": json.dumps({"v": 2, "payload": b64encode(sent).decode()}).encode(),
        "hex": sent.hex().encode(),
    }[envelope]
    story.request("https://inapps.appsflyer.com/x", body)
    (request,) = story.analyse(EMAIL).transmissions
    assert (request.explanation, request.explained_by) == (Explanation.IN_OUT, ("process-1", 1))


def test_gzip_inside_a_cipher_inside_base64_is_followed_all_the_way() -> None:
    story = Story(PACK)
    form = f"event=CUSTOM&mail={EMAIL.value}&more=1"
    for part in (form[:9].encode(), form[9:].encode()):
        story.call(GZIP, captured={"slice 0": story.content(part)}, this_id=5, frames=(APPSFLYER_CODE,))
    story.call(FINISH, this_id=5)
    secret = encrypt(story, gzip.compress(form.encode()), frames=())
    letters = b64encode(secret)
    story.call(TO_BASE64, story.content(secret), returned=story.content(letters))
    story.request("https://inapps.appsflyer.com/x", letters)
    analysis = story.analyse(EMAIL)
    assert ways(only_story(analysis)) == [
        (1, "platform", ""),
        (4, "platform", "same content"),
        (5, "platform", "in -> out Cipher.doFinal (AES/CBC/PKCS5Padding)"),
        (6, "wire", "in -> out Base64$Encoder.encode"),
    ]
    assert (analysis.transmissions[0].explanation, analysis.transmissions[0].explained_by) == (
        Explanation.IN_OUT,
        ("process-1", 1),
    )


def test_the_pieces_of_a_cipher_s_output_are_one_output() -> None:
    story = Story(PACK)
    plain = json.dumps({"operator": EMAIL.value}).encode()
    secret = aes(plain)
    story.call(UPDATE, story.content(plain[:20]), returned=story.content(secret[:16]), this_id=3)
    story.call(UPDATE, story.content(b"{}"), returned=None, this_id=4)
    captured = {"this.transformation": text("AES"), "this.opmode": number(1)}
    rest = story.content(plain[20:])
    story.call(DO_FINAL, rest, returned=story.content(secret[16:]), this_id=3, captured=captured)
    story.request("https://inapps.appsflyer.com/x", secret)
    (request,) = story.analyse(EMAIL).transmissions
    assert (request.explanation, request.explained_by) == (Explanation.IN_OUT, ("process-1", 1))


def test_what_is_decrypted_is_handed_to_nobody() -> None:
    story = Story(PACK)
    answer = json.dumps({"operator": EMAIL.value}).encode()
    encrypt(story, aes(answer), out=answer, opmode=2)
    analysis = story.analyse(EMAIL)
    assert (analysis.payloads, analysis.stories, analysis.disclosures) == ((), (), ())


def test_two_threads_that_share_a_digest_do_not_mix() -> None:
    story = Story(PACK)
    one, other = b"first@example.org", b"second@example.org"
    story.call(HASH_PART, story.content(one), this_id=7, thread=1)
    story.call(HASH_PART, story.content(other), this_id=7, thread=2)
    for thread, given in ((1, one), (2, other)):
        output = story.content(openssl("dgst", "-sha1", "-binary", content=given))
        story.call(HASH, this_id=7, thread=thread, returned=output, captured={"this.algorithm": text("SHA-1")})
    assert story.analyse().faults == ()


def test_a_hash_that_its_parts_do_not_give_is_a_fault_and_no_proof() -> None:
    story = Story(PACK)
    output = openssl("dgst", "-sha256", "-binary", content=b"unseen part, " + EMAIL.value.encode())
    hashed(story, EMAIL.value.encode(), output)
    story.call(ENCODE, text(json.dumps([{"$set": {"$email": output.hex()}}])))
    analysis = story.analyse()
    assert any("does not give this SHA-256" in fault.message for fault in analysis.faults)
    assert not any("of" in made.chain[-1] for made in analysis.disclosures)


@pytest.mark.parametrize("writing", ["hex", "upper", "base64"])
def test_a_hash_in_a_labelled_field_gets_its_plain_text(writing: str) -> None:
    story = Story(PACK)
    output = openssl("dgst", "-sha256", "-binary", content=b"somebody@example.org")
    written = {"hex": output.hex(), "upper": output.hex().upper(), "base64": b64encode(output).decode()}[writing]
    hashed(story, b"somebody@example.org", output)
    story.call(ENCODE, text(json.dumps([{"$set": {"$email": written}}])))
    (made,) = story.analyse().disclosures
    assert (made.value, made.chain[-1]) == (written, 'sha256 of "somebody@example.org"')
    assert 'sha256 of "somebody@example.org", as MessageDigest.digest was seen to make it' in made.evidence


def test_a_keyed_hash_of_a_planted_value_keeps_its_chain_and_gains_evidence() -> None:
    story = Story(PACK)
    output = openssl("dgst", "-sha256", "-hmac", "key", "-binary", content=EMAIL.value.encode())
    story.call(MAC_PART, story.content(EMAIL.value.encode()), this_id=8)
    story.call(MAC, this_id=8, returned=story.content(output), captured={"this.algorithm": text("HmacSHA256")})
    story.call(ENCODE, text(json.dumps([{"$set": {"$email": output.hex()}}])))
    (made,) = story.analyse(EMAIL).disclosures
    assert (made.persona, made.chain[-1]) == ("EMAIL", "hmac-sha256 (input seen)")
    assert f'hmacsha256 of "{EMAIL.value}", as Mac.doFinal was seen to make it' in made.evidence


def test_a_hash_in_a_payload_that_nothing_labels_is_an_observation_of_the_story() -> None:
    story = Story(PACK)
    output = openssl("dgst", "-md5", "-binary", content=b"house number 12")
    hashed(story, b"house number 12", output, algorithm="MD5")
    story.call(ENCODE, text(json.dumps([{"odd": {"place": [output.hex()]}}])))
    told = only_story(story.analyse())
    assert ways(told) == [(1, "platform", "in -> out MessageDigest.digest (MD5)"), (3, "encode", "")]
    assert [link.part for link in told.links] == [True, False]


def test_a_digest_of_bytes_that_calls_update_itself_is_read_once() -> None:
    story = Story(PACK)
    given = b"somebody@example.org"
    output = story.content(hashlib.sha256(b"Mr " + given).digest())
    algorithm = {"this.algorithm": text("SHA-256")}
    story.call(HASH_PART, story.content(b"Mr "), this_id=1, elapsed_us=10, took_us=2)
    story.call(HASH_PART, story.content(given), this_id=1, elapsed_us=100, took_us=90)
    story.call(HASH_PART, story.content(given), this_id=1, elapsed_us=120, took_us=5)
    story.call(HASH, this_id=1, returned=output, captured=algorithm, elapsed_us=300, took_us=5)
    assert story.analyse().faults == ()
